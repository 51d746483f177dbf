terraform {
  required_version = ">= 1.7"
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

resource "reach_communication" "billing" {
  type  = "email"
  value = "billing@example.com"
  owner = { type = "biz_entity", id = 42 }
}

resource "reach_contact" "ann" {
  email         = "ann@example.com"
  subscriptions = [{ list_id = 5 }, { list_id = 6, format = "mime" }]
}

output "owner" {
  value = reach_communication.billing.owner.external_id
}

output "formats" {
  value = [for s in reach_contact.ann.subscriptions : s.format]
}
