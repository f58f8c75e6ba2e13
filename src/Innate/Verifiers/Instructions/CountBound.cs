using System.Globalization;
using System.Text.Json;
using Innate.Rows;

namespace Innate.Verifiers.Instructions;

/// <summary>How a count is held: <c>at_least</c>, <c>at_most</c> or <c>exactly</c>.</summary>
/// <param name="Least">The smallest count allowed; null: any.</param>
/// <param name="Most">The largest; null: any.</param>
internal readonly record struct CountBound(int? Least, int? Most)
{
    private static readonly string[] Names = ["at_least", "at_most", "exactly"];

    /// <summary>Whether a count lies within it.</summary>
    public bool Holds(int count) => count >= (Least ?? 0) && count <= (Most ?? int.MaxValue);

    /// <summary>In words: <c>at least 3</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Least == Most ? "exactly" : Most is null ? "at least" : "at most")} {Least ?? Most}");

    /// <summary>Reads it from a constraint.</summary>
    /// <exception cref="InputException">It has none, or several.</exception>
    public static CountBound Read(RowFields constraint)
    {
        string[] given = [.. Names.Where(constraint.Has)];
        if (given.Length != 1)
        {
            throw new InputException($"expected one of {string.Join(", ", Names)}, found "
                + (given.Length == 0 ? "none" : string.Join(" and ", given)));
        }

        JsonElement value = constraint.Get(given[0])!.Value;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out int count) || count < 0)
        {
            throw new InputException(
                $"\"{given[0]}\" must be a whole number of at least 0, found {RowJson.Describe(value)}");
        }

        return given[0] switch
        {
            "at_least" => new CountBound(count, null),
            "at_most" => new CountBound(null, count),
            _ => new CountBound(count, count),
        };
    }

    /// <summary>Writes it into a constraint.</summary>
    public void Write(Utf8JsonWriter writer) =>
        writer.WriteNumber(Least == Most ? Names[2] : Most is null ? Names[0] : Names[1], Least ?? Most ?? 0);
}
