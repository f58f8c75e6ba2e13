using System.Text.Json;
using Innate.Models;
using Innate.Text;

namespace Innate.Rows;

/// <summary>
/// What a row says of its tokens beside their ids: which may come, what they are grouped by, what a null prompt is.
/// </summary>
internal sealed record TokenFields
{
    private const string Form = "expected ranges [start, end] of ids, such as [[5, 20], [40, 41]], or a list of such lists, "
        + "one a position, or a name";

    private static readonly TokenFields None = new();

    /// <summary>Which tokens may come at each place of a response; null: all.</summary>
    public AllowedIds? Allowed { get; init; }

    /// <summary>How many tokens are a group: a frame of sound, a line of an image; null: there are none.</summary>
    public int? Group { get; init; }

    /// <summary>The prompt that says nothing; null: the row gives none.</summary>
    public RowPrompt? NullPrompt { get; init; }

    /// <summary>The prompt with its image alone; null: the row gives none.</summary>
    public int[]? ImagePrompt { get; init; }

    /// <summary>
    /// A row's fields. What may come and what is a group is read where responses are ids: beside a text the names are the user's
    /// own.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="ofIds">Whether its responses are ids.</param>
    /// <returns>Null where it says nothing of it.</returns>
    /// <exception cref="InputException">A field is not what it should be.</exception>
    public static TokenFields? Read(RowFields row, bool ofIds)
    {
        TokenFields fields = new()
        {
            NullPrompt = NullOf(row),
            ImagePrompt = row.Get("image_prompt_ids") is { } image
                ? RowJson.Ids(image, row.NameOf("image_prompt_ids")) : null,
        };
        if (ofIds)
        {
            int? group = row.Get("group") is { } size ? Whole(size, row.NameOf("group")) : null;
            JsonElement? allowed = row.Get("allowed");
            if (allowed is { ValueKind: JsonValueKind.String } name)
            {
                (AllowedIds ids, int frame) = NamedTokens.Find(name.GetString()!)
                    ?? throw new InputException(
                        $"\"{row.NameOf("allowed")}\": expected a name of {string.Join(", ", NamedTokens.All)}, found "
                        + $"'{name.GetString()}'{NearestName.Hint(name.GetString()!, NamedTokens.All)}");
                fields = fields with { Allowed = ids, Group = group ?? frame };
            }
            else
            {
                fields = fields with
                {
                    Group = group, Allowed = allowed is { } ranges ? Ranges(ranges, row.NameOf("allowed"), group) : null,
                };
            }
        }

        return fields == None ? null : fields;
    }

    private static RowPrompt? NullOf(RowFields row)
    {
        if (row.Get("null_prompt_ids") is { } ids)
        {
            return new RowPrompt { Ids = RowJson.Ids(ids, row.NameOf("null_prompt_ids")) };
        }

        return row.Has("null_prompt")
            ? new RowPrompt { Text = row.Text("null_prompt"), Arguments = RowArguments.Read(row) }
            : null;
    }

    private static AllowedIds Ranges(JsonElement value, string place, int? group)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0) throw Odd(value, place);
        JsonElement first = value[0];
        bool isByPosition = first.ValueKind == JsonValueKind.Array && first.GetArrayLength() > 0
            && first[0].ValueKind == JsonValueKind.Array;
        try
        {
            return isByPosition
                ? new AllowedIds(
                    [.. value.EnumerateArray().Select((v, i) => List(v, $"{place}[{i}]"))], value.GetArrayLength() == group)
                : AllowedIds.Everywhere(List(value, place));
        }
        catch (InputException e)
        {
            throw new InputException(e.Message.TrimEnd('.'), e);
        }
    }

    private static List<IdRange> List(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.Array) throw Odd(value, place);
        List<IdRange> ranges = [];
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Array || item.GetArrayLength() != 2
                || item[0].ValueKind != JsonValueKind.Number || !item[0].TryGetInt32(out int start)
                || item[1].ValueKind != JsonValueKind.Number || !item[1].TryGetInt32(out int end))
            {
                throw Odd(item, $"{place}[{ranges.Count}]");
            }

            ranges.Add(new IdRange(start, end));
        }

        return ranges;
    }

    private static int Whole(JsonElement value, string place) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int size) && size >= 1
            ? size
            : throw new InputException(
                $"\"{place}\": expected a whole number of tokens of at least 1, found {RowJson.Describe(value)}");

    private static InputException Odd(JsonElement value, string place) =>
        new($"\"{place}\": {Form}, found {RowJson.Describe(value)}");
}
