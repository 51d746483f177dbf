# Tells what would be deleted, and how many: terraform apply -invoke=action.reach_delete_contacts.look
action "reach_delete_contacts" "look" {
  config {
    contacts = [
      { email = "jane@example.com", first_name = "Jane" },
      { email = "left@test.example.com" },
    ]
  }
}

# Deletes for good, if there is exactly one of them, and leaves no Global Optout.
action "reach_delete_contacts" "clean_up" {
  config {
    contacts = [
      { email = "jane@example.com", first_name = "Jane" },
      { email = "left@test.example.com" },
    ]
    without_optout = true
    dry_run        = false
    expected_count = 1
  }
}

# For a schedule: deletes who is on the list with such an address, if there are
# no more than a hundred. Nobody is a success.
action "reach_delete_contacts" "nightly" {
  config {
    list_id        = 5
    email          = "*@test.example.com"
    without_optout = true
    dry_run        = false
    max_count      = 100
  }
}
