import t from 'tap'
import { backupAddress } from '../../src/archiver/backup-address.js'
import { isNearby, isThisMachine } from '../../src/core/nearby-host.js'

const ofThisMachine = ['localhost', 'LOCALHOST', 'app.localhost', '127.0.0.1', '127.9.9.9', '[::1]']
const ofTheNetwork = [
  'app',
  'db.internal',
  'printer.local',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.9',
  '[fd00::1]',
  'fe80::1',
  'fe80::1%eth0',
]
const ofTheWorld = [
  'example.org',
  '8.8.8.8',
  '172.15.0.1',
  '172.32.0.1',
  '192.169.0.1',
  '[2001:db8::1]',
  '2606:4700::1111',
  '127.0.0.1.example.org',
  '10.example.org',
  '192.168.1.9.example.org',
  'local.example.org',
]

t.test('hosts of this machine and of a private network are nearby, and no others', (t) => {
  for (const host of ofThisMachine) t.ok(isNearby(host) && isThisMachine(host), host)
  for (const host of ofTheNetwork) t.ok(isNearby(host) && !isThisMachine(host), host)
  for (const host of ofTheWorld) t.notOk(isNearby(host) || isThisMachine(host), host)
  t.ok(isThisMachine('[::ffff:127.0.0.1]'), 'the same address in another spelling')
  t.end()
})

t.test('the key goes unencrypted to hosts nearby only', (t) => {
  for (const host of [...ofThisMachine, 'app', '[fd00::1]'])
    t.equal(backupAddress(`http://${host}/`).protocol, 'http:', host)
  for (const host of ['[2001:db8::1]', '127.0.0.1.example.org', '10.example.org'])
    t.throws(() => backupAddress(`http://${host}/`), { code: 'config-invalid' }, host)
  t.end()
})
