package simulator

import (
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/simulator/seveng"
	"github.com/reachops/terraform-provider-reach/internal/simulator/whatcounts"
)

// Operation is the name under which the log has an operation, from one that a
// person writes: a method and path of 7G, or a command of WhatCounts or an
// alias of one. A fault of any other would wait for ever, so that it is an
// error.
func Operation(text string) (string, error) {
	name, known := whatcounts.Command(text)
	if known {
		return name, nil
	}
	operations := append(seveng.Operations(), whatcounts.Commands()...)
	for _, operation := range operations {
		if operation == text {
			return operation, nil
		}
	}
	return "", fmt.Errorf("no service has the operation %q; there are %s", text, strings.Join(operations, ", "))
}
