namespace Innate.Jinja;

/// <summary>
/// What one template may use. A template comes with a model and is not trusted: every bound is a count, never a clock, so that
/// the same template and input end the same way on any machine.
/// </summary>
internal static class Limits
{
    /// <summary>Evaluated nodes plus visited list items plus handled characters / <see cref="CharactersPerStep"/>.</summary>
    public const long Steps = 10_000_000;

    public const int CharactersPerStep = 16;

    /// <summary>
    /// UTF-16 units of the rendered text, and of any one text that the template builds: several million tokens, beyond any
    /// context.
    /// </summary>
    public const int TextLength = 16 << 20;

    /// <summary>Nested evaluations: expressions, statements and macro calls together; also the nesting of one value.</summary>
    public const int Depth = 1000;

    /// <summary>Nested parentheses, operators and blocks in the source; each costs a dozen stack frames of the parser.</summary>
    public const int ParseDepth = 200;

    public const int SourceLength = 16 << 20;

    /// <summary>The items of one range(), as in Jinja2's own sandbox.</summary>
    public const int RangeItems = 100_000;

    /// <summary>Python's own bound for integers that become text.</summary>
    public const int IntegerDigits = 4300;

    public const int IntegerBits = 14_284;

    /// <summary>Digits after the point, and widths that are not text lengths.</summary>
    public const int Precision = 1000;
}
