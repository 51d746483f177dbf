# A contact on two lists. A destroy deletes it and records a Global Optout.
resource "reach_contact" "jane" {
  email         = "jane@example.com"
  first_name    = "Jane" # part of who the contact is
  last_name     = "Doe"
  company       = "Example Pty Ltd"
  custom_fields = { plan = "gold" }

  subscriptions = [
    { list_id = 5 },
    { list_id = 6, format = "text" },
  ]
}

# In a test environment: a destroy leaves no opt-out, so that the next run can
# add the contact again.
resource "reach_contact" "tester" {
  email           = "tester@test.example.com"
  subscriptions   = [{ list_id = 5 }]
  deletion_policy = "delete_without_optout"
}

# An address that was deleted before, and whose owner has asked to be added
# again. A destroy only ends its subscriptions.
resource "reach_contact" "returning" {
  email           = "returning@example.com"
  subscriptions   = [{ list_id = 5 }]
  force_sub       = true
  deletion_policy = "unsubscribe"
}
