# The e-mail address of a new investor in both services: in 7G for statements,
# in WhatCounts for news.

resource "reach_communication" "statements" {
  type        = "email"
  value       = local.email
  external_id = var.external_id
  owner       = var.owner
}

resource "reach_contact" "investor" {
  email           = local.email
  first_name      = var.first_name
  subscriptions   = [for id in var.list_ids : { list_id = id }]
  deletion_policy = var.deletion_policy
}

locals {
  email = lower(trimspace(var.email))
}
