import {
  to = reach_communication.billing
  id = "external:EMAIL-001" # or the native id: "12345"
}
