package plan

import (
	"cmp"
	"time"

	"github.com/isobar-dev/isobar/spec"
	"github.com/isobar-dev/isobar/spec/diag"
)

func (b *builder) queue(q spec.Entry[spec.Queue]) Queue {
	v := q.Value
	consumer := b.consumers[q.Name]
	timeout := cmp.Or(b.timeouts[consumer], b.doc.Defaults.Timeout.Value, spec.DefaultTimeout)
	return Queue{
		Name: q.Name, Pos: q.Pos, Consumer: consumer,
		Visibility:  setting(v.Visibility.Value, v.Visibility.Pos, v.Visibility.IsSet(), visibility(timeout), q.Pos),
		Retention:   setting(v.Retention.Value, v.Retention.Pos, v.Retention.IsSet(), spec.DefaultRetention, q.Pos),
		Delay:       setting(v.Delay.Value, v.Delay.Pos, v.Delay.IsSet(), 0, q.Pos),
		Ordered:     flag(v.Ordered, q.Pos),
		Deduplicate: flag(v.Deduplicate, q.Pos),
		Deliveries:  setting(v.DeadLetter.After.Value, v.DeadLetter.After.Pos, v.DeadLetter.After.IsSet(), spec.DefaultDeliveries, q.Pos),
	}
}

func topic(t spec.Entry[spec.Topic]) Topic {
	v := t.Value
	return Topic{
		Name: t.Name, Pos: t.Pos,
		Retention:   setting(v.Retention.Value, v.Retention.Pos, v.Retention.IsSet(), spec.DefaultRetention, t.Pos),
		Ordered:     flag(v.Ordered, t.Pos),
		Deduplicate: flag(v.Deduplicate, t.Pos),
	}
}

func bucket(b spec.Entry[spec.Bucket]) Bucket {
	v := b.Value
	return Bucket{
		Name: b.Name, Pos: b.Pos,
		Versioning:         flag(v.Versioning, b.Pos),
		ExpireDays:         days(v.Lifecycle.ExpireAfter, b.Pos),
		ExpireVersionDays:  days(v.Lifecycle.ExpireVersionsAfter, b.Pos),
		DeletionProtection: flag(v.DeletionProtection, b.Pos),
	}
}

func days(d spec.Duration, pos diag.Position) Setting[int] {
	return setting(int(d.Value/(24*time.Hour)), d.Pos, d.IsSet(), 0, pos)
}

func table(t spec.Entry[spec.Table]) Table {
	v := t.Value
	key, sort := keys(v.Key, v.Sort)
	return Table{
		Name: t.Name, Pos: t.Pos, Key: key, Sort: sort,
		Indexes: sorted(v.Indexes, func(i spec.Entry[spec.Index]) Index {
			key, sort := keys(i.Value.Key, i.Value.Sort)
			return Index{Name: i.Name, Pos: i.Pos, Key: key, Sort: sort}
		}, func(i Index) string { return i.Name }),
		PointInTimeRecovery: flag(v.PointInTimeRecovery, t.Pos),
		DeletionProtection:  flag(v.DeletionProtection, t.Pos),
	}
}

// keys reads the key of a table or an index; of a spec that is not sound, what there is of it.
func keys(key, sort spec.Map[spec.Text]) (Attribute, *Attribute) {
	var first Attribute
	if len(key) > 0 {
		first = attribute(key[0])
	}
	if len(sort) == 0 {
		return first, nil
	}
	second := attribute(sort[0])
	return first, &second
}

func attribute(a spec.Entry[spec.Text]) Attribute {
	return Attribute{Name: a.Name, Number: a.Value.Value == "number", Pos: a.Pos}
}

func secret(s spec.Entry[spec.Secret]) Secret { return Secret{Name: s.Name, Pos: s.Pos} }

func stage(s spec.Entry[spec.Stage]) Stage {
	v := s.Value
	return Stage{
		Name: s.Name, Pos: s.Pos,
		Memory: setting(v.Memory.MiB, v.Memory.Pos, v.Memory.IsSet(), 0, s.Pos),
		Env:    variables(nil, v.Env),
	}
}

func target(t spec.Entry[spec.Target]) Target {
	target := Target{Name: t.Name, Pos: t.Pos, Settings: t.Value.Settings}
	for _, o := range t.Value.Overlay {
		target.Overlay = append(target.Overlay, Patch{Resource: o.Name, Pos: o.Pos, Change: o.Value})
	}
	for _, i := range t.Value.Include {
		target.Include = append(target.Include, Include{Path: i.Value, Pos: i.Pos})
	}
	return target
}

func authorizer(a spec.Entry[spec.Authorizer]) Authorizer {
	return Authorizer{Name: a.Name, Pos: a.Pos, Issuer: a.Value.Issuer.Value, Audience: texts(a.Value.Audience)}
}

func cors(c spec.CORS) *CORS {
	if c.Pos.IsZero() {
		return nil
	}
	return &CORS{
		Pos: c.Pos, Origins: texts(c.Origins), Methods: texts(c.Methods), Headers: texts(c.Headers), Expose: texts(c.Expose),
		Credentials: c.Credentials.Value, MaxAge: c.MaxAge.Value,
	}
}
