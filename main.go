// Command terraform-provider-reach is the Terraform provider "reach". It is
// started by Terraform, not by hand.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/reachops/terraform-provider-reach/internal/loglevel"
	"github.com/reachops/terraform-provider-reach/internal/provider"
)

// version is set at release.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "run under a debugger, and print what Terraform needs to attach")
	flag.Parse()
	if err := serve(*debug); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(debug bool) error {
	// net/http prints the bytes of an answer that it did not expect, with all
	// that they hold, to a log of its own, and Terraform keeps that log.
	log.SetOutput(io.Discard)
	if err := loglevel.Follow(); err != nil {
		return err
	}
	return providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: provider.Address,
		Debug:   debug,
	})
}
