// Package loglevel has the provider write no more log than Terraform reads.
package loglevel

import (
	"os"
	"slices"
	"strings"
)

// The variables by which Terraform is told what to log of its providers, the
// first one before the second.
const (
	forProviders = "TF_LOG_PROVIDER"
	forAll       = "TF_LOG"
)

// The variables that the plugin libraries read: the root of their own log, the
// parts below it, and the log of this provider's code.
const (
	root      = "TF_LOG_SDK"
	protocol  = "TF_LOG_SDK_PROTO"
	framework = "TF_LOG_SDK_FRAMEWORK"
	own       = "TF_LOG_PROVIDER_REACH"
)

var levels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF"}

// Follow sets what the plugin libraries log to the level at which Terraform
// reads it. Call it before the provider is served. Left alone, the libraries
// write every trace message of every call as JSON, a hundred and more for one
// record, and Terraform parses them only to throw them away: most of what a
// provider computes, and a good part of what Terraform does. A level that the
// user has set for one of the libraries stays.
func Follow() error {
	level := wanted()
	if err := fill(level, root, own); err != nil {
		return err
	}
	return fill(os.Getenv(root), protocol, framework)
}

// Silent reports whether nothing at all is logged. Call it after [Follow].
func Silent() bool {
	return !slices.ContainsFunc([]string{root, protocol, framework, own}, func(variable string) bool {
		return !strings.EqualFold(os.Getenv(variable), "OFF")
	})
}

// Traces reports whether what this provider's code traces can be read by
// anybody, as it can be where nothing is said of its log.
func Traces() bool {
	level := os.Getenv(own)
	return level == "" || strings.EqualFold(level, "TRACE")
}

// wanted is the level that Terraform reads. Like Terraform, it takes a word
// that is no level, such as JSON, for the lowest.
func wanted() string {
	level := os.Getenv(forProviders)
	if level == "" {
		level = os.Getenv(forAll)
	}
	level = strings.ToUpper(level)
	switch {
	case level == "":
		return "OFF"
	case slices.Contains(levels, level):
		return level
	}
	return "TRACE"
}

func fill(level string, variables ...string) error {
	for _, variable := range variables {
		if os.Getenv(variable) != "" {
			continue
		}
		if err := os.Setenv(variable, level); err != nil {
			return err
		}
	}
	return nil
}
