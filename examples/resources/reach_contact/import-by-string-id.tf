import {
  to = reach_contact.jane
  id = "jane@example.com,Jane" # or the address alone, or the subscriber id: "12345"
}
