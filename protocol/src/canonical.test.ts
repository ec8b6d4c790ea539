import { expect, test } from 'vitest'
import { canonicalJson } from './canonical.ts'

test('writes the sample of RFC 8785 section 3.2.2 as its section 3.2.3 shows it', () => {
  const sample = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`)
  expect(canonicalJson(sample)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`
  )
})

test('gives the bytes that RFC 8785 section 3.2.4 lists', () => {
  const bytes = Buffer.from(canonicalJson({ string: '€$\u000f\nA' }), 'utf8').toString('hex')
  expect(bytes).toBe('7b22737472696e67223a22e282ac245c75303030665c6e41227d')
})

test('orders keys by UTF-16 code units, as the sample of RFC 8785 section 3.2.3', () => {
  const sample = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis'
  }
  const values = [...canonicalJson(sample).matchAll(/:"(.*?)"(?=[,}])/g)].map((match) => match[1])
  expect(values).toEqual([
    'Carriage Return',
    'One',
    'Control',
    'Latin Small Letter O With Diaeresis',
    'Euro Sign',
    'Emoji: Grinning Face',
    'Hebrew Letter Dalet With Dagesh'
  ])
})

/** IEEE 754 bits and JSON form: RFC 8785 appendix B. */
const numbers: [string, string][] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2']
]

test.each(numbers)('writes the number with the bits %s as %s', (bits, json) => {
  expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(json)
})

test.each([
  ['7fffffffffffffff', 'NaN'],
  ['7ff0000000000000', 'Infinity']
])('refuses the number with the bits %s, which is %s', (bits, name) => {
  expect(() => canonicalJson([Buffer.from(bits, 'hex').readDoubleBE()])).toThrow(name)
})

test.each(['\ud800', 'a\udc00', '\ude00\ud83d'])('refuses a lone surrogate, as value and as key (%j)', (text) => {
  expect(() => canonicalJson({ name: text })).toThrow('lone surrogate')
  expect(() => canonicalJson({ [text]: 1 })).toThrow('lone surrogate')
})

test('writes what JSON.stringify would: undefined fields left out, holes as null', () => {
  expect(canonicalJson({ b: undefined, a: [undefined, 1] })).toBe('{"a":[null,1]}')
  // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested
  expect(canonicalJson([, 1])).toBe('[null,1]')
})

test('refuses what JSON cannot say', () => {
  expect(() => canonicalJson({ at: 1n })).toThrow('bigint')
  expect(() => canonicalJson(() => 1)).toThrow('function')
})
