# All contacts on a list.
terraform import reach_contacts.members list:6
