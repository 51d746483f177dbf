import {
  to = reach_contact.jane
  identity = {
    subscriber_id = 12345
  }
}
