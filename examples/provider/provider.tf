terraform {
  required_version = ">= 1.8"
  required_providers {
    reach = {
      source  = "reachops/reach"
      version = ">= 0.0.1"
    }
  }
}

# The credentials come from the environment: SEVENG_USERNAME and
# SEVENG_PASSWORD for 7G, WHATCOUNTS_REALM and WHATCOUNTS_PASSWORD for
# WhatCounts. Set only those of the services that you use.
provider "reach" {
  safeguards {
    max_deletes_per_run = 10              # a plan that would delete more is refused
    journal_path        = "deleted.jsonl" # what is deleted is kept here first, in full
  }
}

# 7G: the address that the bills of an entity go to.
resource "reach_communication" "billing" {
  type  = "email"
  value = "billing@example.com"
  owner = { type = "biz_entity", id = 42 }
}

# WhatCounts: a contact on one list.
resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]
}
