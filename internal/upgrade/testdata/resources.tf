resource "reach_communication" "whole" {
  type            = "email"
  value           = "Billing@example.com"
  external_id     = "EMAIL-001"
  owner           = { type = "biz_entity", id = 42 }
  deletion_policy = "abandon"
  timeouts        = { create = "2m", read = "1m", update = "2m", delete = "2m" }
}

resource "reach_communication" "least" {
  type  = "mobile"
  value = "+61 400 000 000"
  owner = { type = "person", external_id = "P-1" }
}

resource "reach_contact" "whole" {
  email                 = "Jane@example.com"
  first_name            = "Jane"
  last_name             = "O'Neil, \"Jr\""
  company               = "R&D"
  address_1             = "1 High Street"
  address_2             = "Flat 2"
  city                  = "Sydney"
  state                 = "NSW"
  zip                   = "02000"
  country               = "Australia"
  phone                 = "+61 2 0000 0000"
  fax                   = "+61 2 0000 0001"
  custom_fields         = { plan = "gold", source = "web" }
  subscriptions         = [{ list_id = 5 }, { list_id = 6, format = "text" }, { list_id = 8, format = "mime" }]
  force_sub             = true
  override_confirmation = true
  deletion_policy       = "delete_without_optout"
  timeouts              = { create = "2m", read = "1m", update = "2m", delete = "2m" }
}

resource "reach_contact" "least" {
  email         = "joan@example.com"
  subscriptions = [{ list_id = 5 }]
}

resource "reach_contact" "waiting" {
  email         = "minh@example.com"
  first_name    = "Minh"
  subscriptions = [{ list_id = 5 }, { list_id = 8 }]
}
