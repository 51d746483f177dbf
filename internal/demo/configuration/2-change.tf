terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

provider "reach" {} # the credentials come from the environment

# 7G: the address that the bills of an entity go to.
resource "reach_communication" "billing" {
  type        = "email"
  value       = "accounts@example.com" # was billing@
  external_id = "EMAIL-001"
  owner       = { type = "person", external_id = "P-1" } # was biz_entity 42
}

# WhatCounts: a contact on one list.
resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jane"
  last_name     = "Miller" # was Doe
  custom_fields = { plan = "gold" }
  subscriptions = [{ list_id = 5, format = "html" }, { list_id = 6, format = "text" }] # 6 is new
}

# Has an address that is about to be used opted out?
data "reach_optout" "jane" {
  email = "jane@example.com"
}

output "jane_has_opted_out" {
  value = data.reach_optout.jane.opted_out
}
