# Tells what would be deleted, and how many: terraform apply -invoke=action.reach_delete_communications.look
action "reach_delete_communications" "look" {
  config {
    communication_ids = [12345]
    external_ids      = ["EMAIL-001", "EMAIL-002"]
  }
}

# Deletes for good, if there is exactly one of them. The first two ids name one record.
action "reach_delete_communications" "clean_up" {
  config {
    communication_ids = [12345]
    external_ids      = ["EMAIL-001", "EMAIL-002"]
    dry_run           = false
    expected_count    = 1
  }
}

# For a schedule: those of them that are still there.
action "reach_delete_communications" "nightly" {
  config {
    external_ids = ["EMAIL-001", "EMAIL-002"]
    dry_run      = false
    max_count    = 2
  }
}
