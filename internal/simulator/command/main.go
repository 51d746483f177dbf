// Command command is reach-simulator, for scripts that build it under a name of
// their own.
package main

import "github.com/reachops/terraform-provider-reach/internal/simulator/cmd"

func main() { cmd.Main() }
