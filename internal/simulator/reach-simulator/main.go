// Command reach-simulator runs both services on your machine: package cmd has
// all of it. The folder gives go install the name of the program.
package main

import "github.com/reachops/terraform-provider-reach/internal/simulator/cmd"

func main() { cmd.Main() }
