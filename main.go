// Command terraform-provider-reach is the Terraform provider "reach". It is
// started by Terraform, not by hand.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/reachops/terraform-provider-reach/internal/provider"
)

// version is set at release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run under a debugger, and print what Terraform needs to attach")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
