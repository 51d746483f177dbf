terraform {
  required_version = ">= 1.8"
  required_providers {
    reach = {
      source  = "reachops/reach"
      version = ">= 0.0.1"
    }
  }
}

# The credentials come from the environment: SEVENG_*, WHATCOUNTS_*.
provider "reach" {
  safeguards {
    deletion_policy      = "prevent"       # what may go says so itself, below
    max_deletes_per_run  = 5               # a plan that would delete more is refused
    verify_before_delete = true            # the default: refuse when somebody else has changed the record
    journal_path         = "deleted.jsonl" # what is deleted is kept here first, in full
  }
}

variable "customers" {
  description = "Who is written to: first names by address."
  type        = map(string)
  default = {
    "jane@example.com" = "Jane"
    "joe@example.com"  = "Joe"
  }
}

variable "leavers" {
  description = "Addresses whose records may be deleted. Apply this first, then take them out of customers."
  type        = set(string)
  default     = []
}

resource "reach_contact" "customer" {
  for_each = var.customers

  email         = each.key
  first_name    = each.value
  subscriptions = [{ list_id = 5 }]

  # The policy that was last applied counts, also when the block is gone.
  deletion_policy = contains(var.leavers, each.key) ? "delete" : "prevent"
}

resource "reach_communication" "billing" {
  type        = "email"
  value       = "billing@example.com"
  external_id = "EMAIL-001"
  owner       = { type = "biz_entity", id = 42 }
}
