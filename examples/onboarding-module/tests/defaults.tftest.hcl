# What somebody gets who says nothing: a contact that cannot be destroyed.

run "protected_unless_told_otherwise" {
  command = plan
  variables {
    email      = "joe@test.example.com"
    first_name = "Joe"
    owner      = { type = "person", id = 7 }
    list_ids   = [5]
  }
  assert {
    condition     = reach_contact.investor.deletion_policy == "prevent"
    error_message = "A contact could be destroyed by mistake."
  }
}
