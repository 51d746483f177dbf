# By the subscriber id.
terraform import reach_contact.jane 12345

# By the e-mail address, where no other contact shares it.
terraform import reach_contact.jane jane@example.com

# By the e-mail address and the first name.
terraform import reach_contact.jane jane@example.com,Jane
