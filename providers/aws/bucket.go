package aws

import (
	"net/url"
	"strings"

	"github.com/isobar-dev/isobar/codegen/plan"
	"github.com/isobar-dev/isobar/providers/aws/internal/cfn"
)

// What S3 tells of. What a rule of the lifecycle deletes has events of its own. In a bucket with versions an object is gone when it has
// a marker, and the deletion of a version tells of no object.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
var (
	eventsCreated         = []string{"s3:ObjectCreated:*"}
	eventsDeleted         = []string{"s3:LifecycleExpiration:*", "s3:ObjectRemoved:*"}
	eventsDeletedVersions = []string{"s3:LifecycleExpiration:DeleteMarkerCreated", "s3:ObjectRemoved:DeleteMarkerCreated"}
)

// notATest passes what S3 tells of objects, and not the message with which it tries a new notification, the only one with an Event of its
// own. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
const notATest = `{"body":{"Event":[{"exists":false}]}}`

// bucket is the block of a bucket: encrypted, closed to the public, without permissions for single objects, and with nothing in the
// clear on the way. S3 deletes none that holds objects, so that only a protected one has to be kept.
func (l *lowering) bucket(bucket *plan.Bucket) block {
	b := block{key: bucket.Name, uses: []string{paramStage}}
	name := id(bucket.Name, idBucket)
	notifications, policies := l.notifications(bucket)
	var attributes cfn.Map
	if len(policies) > 0 { // S3 tries whether it may send
		attributes = after(policies...)
	}
	if bucket.DeletionProtection.Value {
		attributes = append(attributes, keptOnceMade...)
	}
	b.add(cfn.Resource{ID: name, Comment: "Bucket " + bucket.Name, Type: "AWS::S3::Bucket", Attributes: attributes, Properties: cfn.Map{
		{"BucketName", l.bucketName(bucket.Name)},
		{"BucketEncryption", cfn.Map{{"ServerSideEncryptionConfiguration", cfn.List{
			cfn.Map{{"ServerSideEncryptionByDefault", cfn.Map{{"SSEAlgorithm", cfn.String("AES256")}}}},
		}}}},
		{"PublicAccessBlockConfiguration", cfn.Map{
			{"BlockPublicAcls", cfn.Bool(true)},
			{"BlockPublicPolicy", cfn.Bool(true)},
			{"IgnorePublicAcls", cfn.Bool(true)},
			{"RestrictPublicBuckets", cfn.Bool(true)},
		}},
		{"OwnershipControls", cfn.Map{{"Rules", cfn.List{cfn.Map{{"ObjectOwnership", cfn.String("BucketOwnerEnforced")}}}}}},
		{"VersioningConfiguration", versioning(bucket)},
		{"LifecycleConfiguration", lifecycle(bucket)},
		{"NotificationConfiguration", notifications},
		{"Tags", l.tags},
	}})
	b.add(cfn.Resource{ID: id(bucket.Name, idBucketPolicy), Type: "AWS::S3::BucketPolicy", Properties: cfn.Map{
		{"Bucket", cfn.Ref(name)},
		{"PolicyDocument", cfn.Map{{"Version", cfn.String(policyVersion)}, {"Statement", cfn.List{cfn.Map{
			{"Sid", cfn.String("EncryptedOnTheWay")},
			{"Effect", cfn.String("Deny")},
			{"Principal", cfn.String("*")},
			{"Action", cfn.String("s3:*")},
			{"Resource", cfn.List{arnOf(name), cfn.Sub{cfn.GetAtt{Resource: name, Attribute: "Arn"}, cfn.String("/*")}}},
			{"Condition", cfn.Map{{"Bool", cfn.Map{{"aws:SecureTransport", cfn.Bool(false)}}}}},
		}}}}},
	}})
	b.outputs = []cfn.Output{{ID: name + "Name", Description: "The name of the bucket " + bucket.Name + ".", Value: cfn.Ref(name)}}
	return b
}

func versioning(b *plan.Bucket) cfn.Value {
	if !b.Versioning.Value {
		return nil
	}
	return cfn.Map{{"Status", cfn.String("Enabled")}}
}

// abandonedDays is after how many days the parts of an upload go that nobody completed, such as that of a function that was stopped:
// without a rule they stay, and cost. Other clouds take a week.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
const abandonedDays = 7

// lifecycle deletes what has an age.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
func lifecycle(b *plan.Bucket) cfn.Value {
	rules := cfn.List{cfn.Map{
		{"Id", cfn.String("AbandonUploads")},
		{"Status", cfn.String("Enabled")},
		{"AbortIncompleteMultipartUpload", cfn.Map{{"DaysAfterInitiation", cfn.Int(abandonedDays)}}},
	}}
	if days := b.ExpireDays.Value; days > 0 {
		rules = append(rules, cfn.Map{
			{"Id", cfn.String("ExpireObjects")}, {"Status", cfn.String("Enabled")}, {"ExpirationInDays", cfn.Int(days)},
		})
	}
	if days := b.ExpireVersionDays.Value; days > 0 {
		rules = append(rules, cfn.Map{
			{"Id", cfn.String("ExpireVersions")},
			{"Status", cfn.String("Enabled")},
			{"NoncurrentVersionExpiration", cfn.Map{{"NoncurrentDays", cfn.Int(days)}}},
		})
	}
	return cfn.Map{{"Rules", rules}}
}

// notifications are what S3 sends to the queues of functions, and the policies that let it.
func (l *lowering) notifications(b *plan.Bucket) (configuration cfn.Value, policies []string) {
	var queues cfn.List
	for _, f := range l.objects[b.Name] {
		for _, event := range events(b, f.On) {
			queues = append(queues, cfn.Map{
				{"Event", cfn.String(event)},
				{"Queue", arnOf(id(f.Name, idChannel))},
				{"Filter", keys(f.On)},
			})
		}
		policies = append(policies, id(f.Name, idChannelPolicy))
	}
	if queues == nil {
		return nil, nil
	}
	return cfn.Map{{"QueueConfigurations", queues}}, policies
}

func events(b *plan.Bucket, on plan.ObjectEvents) []string {
	var all []string
	if on.Created {
		all = append(all, eventsCreated...)
	}
	switch {
	case on.Deleted && b.Versioning.Value:
		all = append(all, eventsDeletedVersions...)
	case on.Deleted:
		all = append(all, eventsDeleted...)
	}
	return all
}

// keys is the filter of what keys begin and end with.
func keys(on plan.ObjectEvents) cfn.Value {
	var rules cfn.List
	for _, affix := range []struct{ name, value string }{{"prefix", on.Prefix.Value}, {"suffix", on.Suffix.Value}} {
		if affix.value != "" {
			rules = append(rules, cfn.Map{{"Name", cfn.String(affix.name)}, {"Value", cfn.String(filterText(affix.value))}})
		}
	}
	if rules == nil {
		return nil
	}
	return cfn.Map{{"S3Key", cfn.Map{{"Rules", rules}}}}
}

// filterText is a text as S3's filters want it: a space is a plus, and what is special is percent-encoded, but for slashes.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
func filterText(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/") }

// bucketName is <app>-<stage>-<name>-<account>, as all the world's buckets share one namespace.
func (l *lowering) bucketName(name string) cfn.Sub {
	return append(l.physical(name, maxBucketName-accountDigits-1), cfn.String("-"), cfn.Ref("AWS::AccountId"))
}

// stored adds a function's own queue, and what calls the function for each object that the queue tells of. The bucket is named and not
// referred to: it refers to the queue.
func (l *lowering) stored(b *block, f *plan.Function, on plan.ObjectEvents) {
	c := l.channelOf(f, 0)
	l.channel(b, c)
	who := sender{service: "s3.amazonaws.com", principal: "s3", source: l.inBucket(on.Bucket, ""), anonymous: true}
	b.senders(id(f.Name, idChannelPolicy), who, on.Pos, c.main)
	m := single(f)
	m.filter = notATest
	l.mapping(b, f, m)
	b.text += notificationBytes + textBytes(on.Prefix.Value, on.Suffix.Value)
}

// single is how a function takes events one at a time.
func single(f *plan.Function) mapping {
	return mapping{queue: id(f.Name, idChannel), batch: 1, concurrency: f.Concurrency.Value}
}
