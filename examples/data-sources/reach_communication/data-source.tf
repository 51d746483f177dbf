# By your own id.
data "reach_communication" "billing" {
  external_id = "EMAIL-001"
}

# By the native id.
data "reach_communication" "known" {
  communication_id = 12345
}

output "billing_address" {
  value = data.reach_communication.billing.value
}
