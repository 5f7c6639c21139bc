import Catalog

/// What a new password must be like.
struct PasswordRules: Sendable {
    static let lengthMax = 1_024

    let lengthMin: Int
    /// Whether lower case, upper case and a digit are all needed.
    let needsMixedCharacters: Bool

    /// - Throws: `ValidationError` for `field`, which never repeats the password.
    func check(_ password: String, field: String) throws {
        let length = password.unicodeScalars.count
        if length < lengthMin {
            let message = "Password should have at least \(lengthMin) characters, this has \(length)"
            throw ValidationError(FieldIssue(type: "string_too_short", field: field, message: message))
        }
        if length > Self.lengthMax {
            let message = "Password should have at most \(Self.lengthMax) characters, this has \(length)"
            throw ValidationError(FieldIssue(type: "string_too_long", field: field, message: message))
        }
        if password.unicodeScalars.contains("\0") {
            throw ValidationError(
                FieldIssue(type: "string_invalid", field: field, message: "Password must not hold the NUL character"))
        }
        guard needsMixedCharacters else { return }
        let isMixed =
            password.contains(where: \.isLowercase) && password.contains(where: \.isUppercase)
            && password.contains(where: \.isNumber)
        if !isMixed {
            let message = "Password should have a lower-case letter, an upper-case letter and a digit"
            throw ValidationError(FieldIssue(type: "password_too_simple", field: field, message: message))
        }
    }
}
