/// SQL of several statements, told apart.
///
/// Semicolons within quotes, quoted names, dollar quotes, comments and parentheses separate nothing. A function body
/// written as BEGIN ATOMIC … END is not understood: write it in dollar quotes.
struct SQLScript {
    struct Part: Equatable {
        let sql: String
        /// Where it begins, from 1.
        let line: Int
    }

    let parts: [Part]

    init(_ text: String) {
        var scanner = Scanner(text)
        parts = scanner.parts()
    }

    private struct Scanner {
        private let bytes: [UInt8]
        private var offset = 0

        init(_ text: String) { bytes = Array(text.utf8) }

        mutating func parts() -> [Part] {
            var found: [Part] = []
            var depth = 0
            var start: Int?
            func end(at position: Int) {
                guard let first = start else { return }
                let line = 1 + bytes[..<first].count { $0 == UInt8(ascii: "\n") }
                found.append(Part(sql: String(decoding: bytes[first..<position], as: UTF8.self), line: line))
            }
            while offset < bytes.count {
                let position = offset
                if skipBlankOrComment() { continue }
                let byte = bytes[offset]
                if byte == UInt8(ascii: ";") && depth == 0 {
                    end(at: position)
                    start = nil
                    offset += 1
                    continue
                }
                start = start ?? position
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth = max(0, depth - 1) }
                skipToken()
            }
            end(at: bytes.count)
            return found
        }

        private func has(_ text: StaticString, at position: Int) -> Bool {
            let length = text.utf8CodeUnitCount
            guard position + length <= bytes.count else { return false }
            return text.withUTF8Buffer { bytes[position..<position + length].elementsEqual($0) }
        }

        private mutating func skipBlankOrComment() -> Bool {
            if [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset]) {
                offset += 1
            } else if has("--", at: offset) {
                while offset < bytes.count && bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
            } else if has("/*", at: offset) {
                skipBlockComment()
            } else {
                return false
            }
            return true
        }

        /// Block comments nest.
        private mutating func skipBlockComment() {
            var depth = 0
            repeat {
                if has("/*", at: offset) {
                    depth += 1
                    offset += 2
                } else if has("*/", at: offset) {
                    depth -= 1
                    offset += 2
                } else {
                    offset += 1
                }
            } while depth > 0 && offset < bytes.count
            offset = min(offset, bytes.count)
        }

        private mutating func skipToken() {
            switch bytes[offset] {
            case UInt8(ascii: "'"): skipQuotation(escapes: false)
            case UInt8(ascii: "\""): skipQuotation(escapes: false)
            case UInt8(ascii: "E"), UInt8(ascii: "e"):
                // E'…' knows backslashes; a word that begins with e is a word.
                if has("'", at: offset + 1) {
                    offset += 1
                    skipQuotation(escapes: true)
                } else {
                    skipWord()
                }
            case UInt8(ascii: "$"): skipDollarQuotation()
            case let byte where Self.isWord(byte): skipWord()
            default: offset += 1
            }
        }

        /// A doubled quote ends one quotation and begins another, which comes to the same.
        private mutating func skipQuotation(escapes: Bool) {
            let quote = bytes[offset]
            offset += 1
            while offset < bytes.count && bytes[offset] != quote {
                offset += escapes && bytes[offset] == UInt8(ascii: "\\") ? 2 : 1
            }
            offset = min(offset + 1, bytes.count)
        }

        private mutating func skipDollarQuotation() {
            var tagEnd = offset + 1
            while tagEnd < bytes.count && Self.isWord(bytes[tagEnd]) && bytes[tagEnd] != UInt8(ascii: "$") {
                tagEnd += 1
            }
            guard tagEnd < bytes.count, bytes[tagEnd] == UInt8(ascii: "$") else {
                offset += 1
                return
            }
            let tag = bytes[offset...tagEnd]
            offset = tagEnd + 1
            while offset < bytes.count {
                if bytes[offset...].starts(with: tag) {
                    offset += tag.count
                    return
                }
                offset += 1
            }
        }

        private mutating func skipWord() {
            while offset < bytes.count && Self.isWord(bytes[offset]) { offset += 1 }
        }

        /// A dollar within a word belongs to the word.
        private static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24, 0x80...0xFF: true
            default: false
            }
        }
    }
}
