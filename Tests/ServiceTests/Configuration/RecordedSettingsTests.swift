import Foundation
import Testing

@testable import greenroom

@Suite struct RecordedSettingsTests {
    @Test func knowsEverySettingOfTheDocumentation() throws {
        let url = TestFiles.repository.appending(path: "docs/configuration.md")
        let rows = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        #expect(rows.count > 30)
        for row in rows {
            let cell = row.split(separator: "|")[0]
            for name in cell.split(separator: "`").map(String.init)
            where name.allSatisfy({ $0.isUppercase || $0 == "_" }) {
                let isSecret = cell.contains("`\(name)`*")
                #expect((isSecret ? RecordedSettings.secretKeys : RecordedSettings.keys).contains(name), "\(name)")
            }
        }
    }

    @Test func holdsNoSecret() {
        let values = RecordedSettings(environment: [
            "DATABASE_URL": "postgres://me:hidden@there/greenroom", "JWT_SECRET_KEY": "hidden", "PORT": "8000",
            "OPENAI_API_KEY_FILE": "/run/secrets/key", "OPENAI_BASE_URL": "https://me:hidden@example.org/v1",
            "HOME": "/somewhere", "CORS_ORIGINS": "https://a.example.org",
        ]).values
        #expect(
            values == [
                "DATABASE_URL": "********", "JWT_SECRET_KEY": "********", "PORT": "8000",
                "OPENAI_API_KEY_FILE": "/run/secrets/key", "OPENAI_BASE_URL": "https://********@example.org/v1",
                "CORS_ORIGINS": "https://a.example.org",
            ])
    }
}
