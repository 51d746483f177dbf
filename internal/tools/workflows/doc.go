// Package workflows checks what pipelines are made of: the workflows of this
// repository, and those that a guide shows for GitHub Actions, GitLab CI and
// Atlantis. It is a Go module of its own, so that nobody else needs what it checks
// them with.
package workflows
