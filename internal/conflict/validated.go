package conflict

import "time"

// From Terraform 1.13 on one configured provider serves all runs of a
// *.tftest.hcl file, and the destroys at its end. A run that reads no instance
// again, and follows one that has applied nothing, looks like more of the same
// plan. But for such a run Terraform validates the whole module first. In every
// other plan it plans an instance right after it has validated its configuration,
// since a walk that only validates has a provider that is not configured.

// longestGap is how long an instance may take between both, in patiences.
const longestGap = 20

// Validated notes that a configuration ([Configuration]) was validated.
func (r *Register) Validated(configuration string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.moment++
	r.validated[configuration] = append(r.validated[configuration], r.moment)
}

// Planned notes that the configuration of an instance is planned: the one that
// was validated last of those that are the same. The second half of a replacement
// is planned without being validated. So is one of which Terraform ignores
// changes: it plans another configuration than it has validated.
func (r *Register) Planned(configuration string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	moments, known := r.validated[configuration]
	switch {
	case len(moments) > 0:
		r.validated[configuration] = moments[:len(moments)-1]
	case !known:
		r.others++
	}
}

// validatedOnly is the last moment at which something was validated that was not
// planned, since the first instance of the run and until now.
func (r *Register) validatedOnly(first, now int) (last int) {
	found := 0
	for _, moments := range r.validated {
		for _, at := range moments {
			if at > first && at <= now {
				found++
				last = max(last, at)
			}
		}
	}
	if found <= r.others {
		return 0
	}
	return last
}

// isNewPlan reports whether the plan that kept an instance, or was refused because
// of it, is over, since the instance is planned to end now: terraform destroy plans
// twice, and a test file ends so after a run that was refused. Both walk over the
// same state, so that what is counted stays.
func (r *Register) isNewPlan(known *instance, change Change) bool {
	if known == nil || !known.planned || !known.keeps() && !known.refused || !change.ends() {
		return false
	}
	ended := known.plannedAt
	for _, other := range r.instances {
		if other.After != nil {
			ended = max(ended, other.plannedAt)
		}
	}
	r.forget(ended)
	return true
}

// IsNewRun reports whether a run has begun that nothing has told of, and forgets
// the one before. It is for what is about to be refused because of that one. ends
// says that an instance is planned to end. It may wait for a moment.
func (r *Register) IsNewRun(ends bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.isNewRun(ends)
}

// isNewRun is IsNewRun for who holds the lock, which it releases while it waits.
// While changes are applied Terraform plans the end only of an instance that was
// replaced before it goes (create_before_destroy), in a process of its own. So in
// one that is shared, what is planned to end after something was applied is of a
// new run, also where nothing is validated: at the end of a file.
func (r *Register) isNewRun(ends bool) bool {
	if ends && r.isShared() && r.hasApplied() {
		r.beginRun(r.applied)
		return true
	}
	first, now := r.first, r.moment
	ended := r.validatedOnly(first, now)
	for deadline := time.Now().Add(longestGap * r.patience); ended > 0 && time.Now().Before(deadline); {
		r.mu.Unlock()
		time.Sleep(time.Millisecond)
		r.mu.Lock()
		ended = r.validatedOnly(first, now)
	}
	if ended > 0 && r.first == first {
		r.beginRun(ended)
		r.first = ended
	}
	return ended > 0
}
