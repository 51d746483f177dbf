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
    deletable           = ["*@test.example.com"] # nothing else is ever deleted
    max_deletes_per_run = 20
  }
}

variable "testers" {
  description = "Who takes part: the part of the address before the @, and the first name."
  type        = map(string)
  default     = { ann = "Ann", bob = "Bob", cleo = "Cleo" }
}

variable "list_id" {
  description = "Id of the list that the testers are subscribed to."
  type        = number
  default     = 5
}

variable "biz_entity_id" {
  description = "Id of the entity of the test that its address belongs to."
  type        = number
  default     = 42
}

resource "reach_contact" "tester" {
  for_each = var.testers

  email         = "${each.key}@test.example.com"
  first_name    = each.value
  subscriptions = [{ list_id = var.list_id }]

  # Deletes by id, so that no Global Optout is left behind.
  deletion_policy = "delete_without_optout"
  # The address may have been deleted with an opt-out before. It belongs to
  # nobody, so there is nobody to ask.
  force_sub = true
}

resource "reach_communication" "statements" {
  type  = "email"
  value = "statements@test.example.com"
  owner = { type = "biz_entity", id = var.biz_entity_id }
}

# What a destroy has to leave behind: nothing.
data "reach_optouts" "realm" {
  depends_on = [reach_contact.tester]
}

output "opted_out_testers" {
  description = "Addresses of the test environment with a Global Optout. Always empty."
  value       = [for email in data.reach_optouts.realm.emails : email if endswith(email, "@test.example.com")]
}
