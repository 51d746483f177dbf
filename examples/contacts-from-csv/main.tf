terraform {
  required_version = ">= 1.8"
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

variable "max_deletes" {
  description = "The most contacts that one run may delete. Raise it for the run that means to."
  type        = number
  default     = 1
}

# The credentials come from the environment: WHATCOUNTS_*.
provider "reach" {
  safeguards {
    # A file that was cut off, or saved empty, must not empty the realm.
    max_deletes_per_run = var.max_deletes
  }
}

locals {
  # Keyed by the address as the service compares it, so that another spelling
  # of it is the same contact, a second line for it an error, and so is a line
  # whose address is none.
  contacts = {
    for line in csvdecode(file("${path.module}/contacts.csv")) : provider::reach::normalize_email(line.email) => line
  }
}

resource "reach_contact" "this" {
  for_each = local.contacts

  email      = each.key
  first_name = trimspace(each.value.first_name)
  # An empty cell is not managed, and not an empty value.
  last_name     = each.value.last_name == "" ? null : each.value.last_name
  custom_fields = each.value.plan == "" ? null : { plan = each.value.plan }
  subscriptions = [for id in split(";", each.value.lists) : { list_id = tonumber(id) }]
}

output "subscriber_ids" {
  description = "Ids of the contacts in WhatCounts, by address."
  value       = { for email, contact in reach_contact.this : email => contact.subscriber_id }
}
