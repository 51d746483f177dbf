output "communication_id" {
  description = "Id of the communication in 7G."
  value       = reach_communication.statements.communication_id
}

output "subscriber_id" {
  description = "Id of the contact in WhatCounts."
  value       = reach_contact.investor.subscriber_id
}

output "email" {
  description = "The address as both services have it."
  value       = local.email
}
