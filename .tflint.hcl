# What tflint looks for in the examples: make tflint.
plugin "terraform" {
  enabled = true
  preset  = "recommended"
}

# A page shows how something is looked up, whether or not anything is made of it.
rule "terraform_unused_declarations" {
  enabled = false
}
