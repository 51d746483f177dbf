# By the native id.
terraform import reach_communication.billing 12345

# By your own id.
terraform import reach_communication.billing external:EMAIL-001
