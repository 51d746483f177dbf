# A module that iterates over all that the data sources show.

terraform {
  required_version = ">= 1.7"
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

variable "people" {
  type    = set(string)
  default = ["ann@example.com", "bob@example.com"]
}

data "reach_lists" "all" {
  lifecycle {
    postcondition {
      condition     = length(self.lists) > 0
      error_message = "The realm has no list."
    }
  }
}

data "reach_optouts" "all" {}

data "reach_optout" "bob" {
  email = "bob@example.com"
}

data "reach_communication_types" "all" {}

data "reach_communications" "of_owner" {
  owner = { type = "biz_entity", id = 42 }
}

data "reach_communication" "main" {
  external_id = "MAIN"
}

data "reach_contact" "model" {
  email = "jane@example.com"
}

resource "reach_contact" "person" {
  for_each = setsubtract(var.people, data.reach_optouts.all.emails)

  email         = each.key
  subscriptions = [for list in data.reach_lists.all.lists : { list_id = list.list_id } if startswith(list.name, "News")]
}

resource "reach_contact" "like_jane" {
  email         = "joe@example.com"
  subscriptions = [for s in data.reach_contact.model.subscriptions : { list_id = s.list_id, format = s.format }]
  custom_fields = data.reach_contact.model.custom_fields
}

resource "reach_communication" "copy" {
  for_each = { for c in data.reach_communications.of_owner.communications : c.value => c if c.owner.external_id == "BE-1" }

  type  = each.value.type
  value = each.key
  owner = { type = "biz_entity", id = 43 }
}

resource "reach_contacts" "newsletter" {
  contacts      = jsonencode({ for email in var.people : email => { email = email } })
  subscriptions = [{ list_id = data.reach_lists.all.lists[0].list_id }]
}

output "types" {
  value = keys(data.reach_communication_types.all.types)
}

output "owner_of_main" {
  value = data.reach_communication.main.owner
}

output "bob_has_opted_out" {
  value = data.reach_optout.bob.opted_out
}

output "opted_out" {
  value = { for email, person in reach_contact.person : email => person.opted_out }
}

output "subscriber_ids" {
  value = jsondecode(reach_contacts.newsletter.subscriber_ids)
}
