import {
  to = reach_communication.billing
  identity = {
    communication_id = 12345
  }
}
