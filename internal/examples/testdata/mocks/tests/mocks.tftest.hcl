# No service is asked, so there is no provider block and no credential.

mock_provider "reach" {
  mock_data "reach_lists" {
    defaults = {
      lists = [
        { list_id = 5, name = "News", description = "" },
        { list_id = 6, name = "News for press", description = "" },
        { list_id = 7, name = "Offers", description = "once a month" },
      ]
    }
  }
  mock_data "reach_optouts" {
    defaults = { emails = ["bob@example.com"] }
  }
  mock_data "reach_optout" {
    defaults = { opted_out = true }
  }
  mock_data "reach_communication_types" {
    defaults = { types = { email = 1, phone = 2 } }
  }
  mock_data "reach_communications" {
    defaults = {
      communications = [
        { communication_id = 1, type = "email", type_id = 1, value = "a@example.com", external_id = null, owner = { type = "biz_entity", id = 42, external_id = "BE-1" } },
        { communication_id = 2, type = "phone", type_id = 2, value = "+61 2 5550 0001", external_id = "P", owner = { type = "biz_entity", id = 42, external_id = "BE-1" } },
        { communication_id = 3, type = "phone", type_id = 2, value = "+61 2 5550 0002", external_id = "Q", owner = { type = "biz_entity", id = 42, external_id = null } },
      ]
    }
  }
  mock_data "reach_communication" {
    defaults = { owner = { type = "person", id = 7, external_id = "P-7" } }
  }
  mock_data "reach_contact" {
    defaults = {
      subscriptions = [{ list_id = 5, format = "text" }, { list_id = 7, format = "mime" }]
      custom_fields = { plan = "gold" }
    }
  }
  mock_resource "reach_contact" {
    defaults = { opted_out = [5] }
  }
  # Computed attributes that hold JSON: what a mock makes up is none.
  mock_resource "reach_contacts" {
    defaults = { subscriber_ids = "{\"ann@example.com\":1,\"bob@example.com\":2}", opted_out = "{}" }
  }
}

run "plan" {
  command = plan
  assert {
    condition     = keys(reach_contact.person) == ["ann@example.com"]
    error_message = "The people are ${jsonencode(keys(reach_contact.person))}."
  }
  assert {
    condition     = [for s in reach_contact.person["ann@example.com"].subscriptions : s.list_id] == [5, 6]
    error_message = "The lists are ${jsonencode(reach_contact.person["ann@example.com"].subscriptions)}."
  }
  assert {
    condition     = reach_contact.like_jane.custom_fields["plan"] == "gold" && length(reach_contact.like_jane.subscriptions) == 2
    error_message = "Joe is not like Jane."
  }
  assert {
    condition     = { for value, c in reach_communication.copy : value => c.type } == { "a@example.com" = "email", "+61 2 5550 0001" = "phone" }
    error_message = "The copies are ${jsonencode(keys(reach_communication.copy))}."
  }
  assert {
    condition     = output.types == tolist(["email", "phone"]) && output.owner_of_main.external_id == "P-7" && output.bob_has_opted_out
    error_message = "The outputs are others."
  }
}

run "apply" {
  assert {
    condition     = output.opted_out["ann@example.com"] == toset([5])
    error_message = "Ann has opted out of ${jsonencode(output.opted_out)}."
  }
  assert {
    condition     = output.subscriber_ids["bob@example.com"] == 2
    error_message = "The ids are ${jsonencode(output.subscriber_ids)}."
  }
}

run "another_answer_for_one_run" {
  override_data {
    target = data.reach_optouts.all
    values = { emails = [] }
  }
  override_data {
    target = data.reach_communications.of_owner
    values = { communications = [] }
  }
  assert {
    condition     = length(reach_contact.person) == 2 && length(reach_communication.copy) == 0
    error_message = "The former answers still hold."
  }
}

run "no_list" {
  command = plan
  override_data {
    target = data.reach_lists.all
    values = { lists = [] }
  }
  expect_failures = [data.reach_lists.all]
}
