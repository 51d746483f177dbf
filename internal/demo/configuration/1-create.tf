terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

provider "reach" {} # the credentials come from the environment

# 7G: the address that the bills of an entity go to.
resource "reach_communication" "billing" {
  type        = "email"
  value       = "billing@example.com"
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", id = 42 }
}

# WhatCounts: a contact on one list.
resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jane"
  last_name     = "Doe"
  custom_fields = { plan = "gold" }
  subscriptions = [{ list_id = 5, format = "html" }]
}

# Has an address that is about to be used opted out?
data "reach_optout" "jane" {
  email = "jane@example.com"
}

output "jane_has_opted_out" {
  value = data.reach_optout.jane.opted_out
}
