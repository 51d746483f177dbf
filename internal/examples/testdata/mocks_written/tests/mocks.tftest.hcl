mock_provider "reach" {
  mock_resource "reach_communication" {
    defaults = { owner = { external_id = "BE-1" } }
  }
  mock_resource "reach_contact" {
    defaults = { subscriptions = { format = "text" } } # of every element that has none
  }
}

run "all" {
  assert {
    condition     = output.owner == "BE-1" && toset(output.formats) == toset(["text", "mime"])
    error_message = "The owner is ${output.owner}, the formats are ${jsonencode(output.formats)}."
  }
}
