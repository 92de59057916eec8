package providertest

// everything uses each trigger in its forms, each resource, and each option that every cloud has.
const everything = `isobar: v1
name: sample
basePath: /api/v1
cors: { origins: [https://shop.example, "http://localhost:5173"], headers: [authorization], expose: [etag], credentials: true, maxAge: 1h }
auth:
  customers: { issuer: https://login.example/customers, audience: [shop] }
  staff: { issuer: "https://login.example/staff/", audience: [shop, desk] }
defaults: { memory: 512MiB, timeout: 20s, env: { LOG_LEVEL: info, FIXED: "1" } }
functions:
  get: { handler: ./users.Get, http: "GET /users/{id}" }
  list: { handler: ./users.List, http: GET /users, access: { users: read } }
  create: { handler: ./users.Create, http: { method: POST, path: /users }, access: { users: write, user-created: publish } }
  files: { handler: ./files.Get, http: "GET /files/{path...}", access: { uploads: read } }
  root: { handler: ./users.Root, http: DELETE / }
  mine: { handler: ./users.Mine, http: { method: GET, path: /mine, auth: customers, scopes: ["orders:read", profile] } }
  desk: { handler: ./users.Desk, http: { method: GET, path: /desk, auth: staff }, concurrency: 50 }
  pay: { handler: ./orders.Pay, http: POST /payments, secrets: { PAYMENT_KEY: payment-key }, access: { orders: send } }
  work: { handler: ./orders.Work, queue: { name: orders, batch: 100, window: 5s }, timeout: 1m, memory: 1GiB }
  more: { handler: ./orders.More, queue: returns, env: { ONLY_HERE: yes please }, concurrency: 60 }
  sequence: { handler: ./orders.Sequence, queue: steps }
  welcome: { handler: ./users.Welcome, topic: { name: user-created, filter: { tier: gold, region: "eu \"west\"" }, batch: 5 }, retry: { attempts: 7 }, access: { users: [read, write] } }
  audit: { handler: ./users.Audit, topic: user-created, secrets: { AUDIT_KEY: audit-key } }
  follow: { handler: ./orders.Follow, topic: ledger }
  thumbnail: { handler: ./images.Thumbnail, bucket: { name: uploads, prefix: uploads/, suffix: .jpg }, access: { uploads: [read, write], orders: send }, retry: { deadLetter: true } }
  cleanup: { handler: ./images.Cleanup, bucket: { name: uploads, on: [deleted] } }
  index: { handler: ./users.Index, table: users, retry: { attempts: 9 } }
  night: { handler: ./jobs.Night, schedule: "0 2 * * *", timeout: 5m, access: { payment-key: read } }
  often: { handler: ./jobs.Often, schedule: { every: 5m } }
  weekdays: { handler: ./jobs.Weekdays, schedule: "*/15 9-17 * 1-6,12 MON-FRI" }
queues:
  orders: { visibility: 5m, retention: 14d, deadLetter: { after: 10 } }
  returns:
  unread: { retention: 1d }
  steps: { ordered: true }
topics:
  user-created: { retention: 3d }
  ledger: { ordered: true }
  unheard:
buckets:
  uploads: { versioning: true, lifecycle: { expireAfter: 30d, expireVersionsAfter: 7d }, deletionProtection: true }
  plain:
tables:
  users: { key: { id: string }, sort: { createdAt: number }, indexes: { by-email: { key: { email: string } }, by-age: { key: { city: string }, sort: { createdAt: number } } }, pointInTimeRecovery: true, deletionProtection: true }
  sessions: { key: { token: string } }
secrets:
  payment-key:
  audit-key:
stages:
  dev:
  prod: { memory: 1GiB, env: { LOG_LEVEL: warn } }
`

// triggers are those of functions that handle events or requests, and resources what they need.
var triggers = []string{"queue: q", "topic: t", "schedule: \"* * * * *\"", "bucket: b", "table: d", "http: GET /x"}

const resources = "queues: { q: }\ntopics: { t: }\nbuckets: { b: }\ntables: { d: { key: { id: string } } }\n"

// parts are small specs, each of one thing.
var parts = map[string]string{
	"everything": everything,
	"http":       "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\n",
	"queue":      "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, queue: q } }\nqueues: { q: }\n",
	"topic":      "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, topic: t } }\ntopics: { t: }\n",
	"bucket":     "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, bucket: b } }\nbuckets: { b: }\n",
	"table":      "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, table: t } }\ntables: { t: { key: { id: number } } }\n",
	"schedule":   "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, schedule: \"* * * * *\" } }\n",
	"resources":  "isobar: v1\nname: a\nfunctions: { f: { handler: ./f.F, http: GET / } }\nsecrets: { s: }\n" + resources,
	"long names": "isobar: v1\nname: a-name-of-twenty-xyz\nfunctions:\n" +
		"  a-name-of-exactly-forty-nine-characters-in-all-xx: { handler: ./f.F, queue: another-name-of-forty-nine-characters-in-all-xxxx }\n" +
		"  a-name-of-exactly-forty-nine-characters-in-all-xy: { handler: ./f.F, schedule: \"* * * * *\" }\n" +
		"  a-name-of-exactly-forty-nine-characters-in-all-xz: { handler: ./f.F, topic: a-topic-of-exactly-forty-nine-characters-in-all-x }\n" +
		"  a-name-of-exactly-forty-nine-characters-in-all-yx: { handler: ./f.F, bucket: a-bucket-of-exactly-forty-nine-characters-in-al-x }\n" +
		"  a-name-of-exactly-forty-nine-characters-in-all-yy: { handler: ./f.F, table: a-table-of-exactly-forty-nine-characters-in-all-x, access: { a-secret-of-exactly-forty-nine-characters-in-al-x: read } }\n" +
		"queues: { another-name-of-forty-nine-characters-in-all-xxxx: }\n" +
		"topics: { a-topic-of-exactly-forty-nine-characters-in-all-x: }\n" +
		"buckets: { a-bucket-of-exactly-forty-nine-characters-in-al-x: }\n" +
		"tables: { a-table-of-exactly-forty-nine-characters-in-all-x: { key: { id: string } } }\n" +
		"secrets: { a-secret-of-exactly-forty-nine-characters-in-al-x: }\n",
}
