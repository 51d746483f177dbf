# Runs against the simulator, whose credentials come from the environment. No
# account is needed, and nothing leaves the machine.

provider "reach" {
  safeguards {
    deletable = ["*@test.example.com"] # also when the environment names a real account
  }
}

variables {
  email       = " Jane@Test.example.com"
  first_name  = "Jane"
  owner       = { type = "biz_entity", id = 42 }
  external_id = "ONBOARD-001"
  list_ids    = [5, 6]
  # Leaves no opt-out behind, so that the next run can add the contact again.
  deletion_policy = "delete_without_optout"
}

run "adds_the_address_to_both_services" {
  assert {
    condition     = output.email == "jane@test.example.com"
    error_message = "The address is not in its plain form: ${output.email}"
  }
}

run "changes_the_lists" {
  variables {
    list_ids = [5, 7]
  }
}

run "services_hold_it" {
  module {
    source = "./tests/look"
  }
  variables {
    subscriber_id    = run.changes_the_lists.subscriber_id
    communication_id = run.changes_the_lists.communication_id
  }
  assert {
    condition     = output.contact.email == "jane@test.example.com" && output.contact.first_name == "Jane"
    error_message = "WhatCounts has another address or first name."
  }
  assert {
    condition     = toset(output.contact.subscriptions[*].list_id) == toset([5, 7])
    error_message = "The contact is not on lists 5 and 7."
  }
  assert {
    condition     = output.communication.value == "jane@test.example.com" && output.communication.owner.id == 42
    error_message = "7G has another value or owner."
  }
  assert {
    condition     = !output.opted_out
    error_message = "A former run has left a Global Optout behind."
  }
}

run "refuses_what_is_no_address" {
  command = plan
  variables {
    email = "jane"
  }
  expect_failures = [var.email]
}

run "refuses_no_list" {
  command = plan
  variables {
    list_ids = []
  }
  expect_failures = [var.list_ids]
}
