terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

provider "reach" {}

resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jane"
  subscriptions = [{ list_id = 5 }]
}
