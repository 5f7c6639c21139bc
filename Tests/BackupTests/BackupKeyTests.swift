import Foundation
import Testing

@testable import Backup

@Suite struct BackupKeyTests {
    private let hexadecimal = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1F"
    private let base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test func bothWritingsAreOneKey() throws {
        let key = try BackupKey(text: hexadecimal, source: "it")
        #expect(try BackupKey(text: base64 + "\n", source: "it") == key)
        #expect(key.revealed == base64)
    }

    @Test func showsItsIdentifierOnly() throws {
        let key = try BackupKey(text: base64, source: "it")
        #expect("\(key)" == "key \(key.identifier)")
        #expect(key.identifier.utf8.count == 16)
        #expect(String(reflecting: key) == key.description)
        #expect(Mirror(reflecting: key).children.isEmpty)
        #expect(BackupKey.generate().identifier != BackupKey.generate().identifier)
    }

    @Test(arguments: ["", "short", "AAEC", String(repeating: "g", count: 64), String(repeating: "A", count: 63)])
    func refuses(_ text: String) {
        do {
            _ = try BackupKey(text: text, source: "the key file 'k'")
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".hasPrefix("the key file 'k'"))
            #expect(text.isEmpty || !"\(error)".contains("'\(text)'"), "a key must not be shown")
        }
    }
}
