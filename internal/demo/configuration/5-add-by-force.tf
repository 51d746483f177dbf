terraform {
  required_providers {
    reach = { source = "reachops/reach" }
  }
}

provider "reach" {}

resource "reach_contact" "jane" {
  email           = "jane@example.com"
  first_name      = "Jane"
  subscriptions   = [{ list_id = 5 }]
  force_sub       = true                    # although an opt-out exists
  deletion_policy = "delete_without_optout" # and leave none the next time
}
