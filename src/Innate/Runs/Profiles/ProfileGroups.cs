using Innate.Rows;
using Innate.Scoring.Profiles;

namespace Innate.Runs.Profiles;

/// <summary>Responses to one prompt, with the pairs among them.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Responses">The different responses, in the order in which they are met.</param>
/// <param name="Pairs">Places of chosen and rejected.</param>
internal sealed record ProfileGroup(
    RowPrompt Prompt, IReadOnlyList<string> Responses, IReadOnlyList<(int Chosen, int Rejected)> Pairs)
{
    /// <summary>The group as a row.</summary>
    /// <param name="place">Its place, from 1.</param>
    /// <param name="ending">What follows each response.</param>
    public Row ToRow(long place, string ending = "") => new(
        place, default, Prompt, [.. Responses.Select(r => new RowResponse(r + ending, null))], ResponseShape.Many);
}

/// <summary>From pairs to groups of responses. Pure.</summary>
internal static class ProfileGroups
{
    /// <summary>Pairs by their prompt; a response that stands in several pairs is one response.</summary>
    public static IReadOnlyList<ProfileGroup> Of(IReadOnlyList<ProfilePair> pairs) =>
    [
        .. pairs.GroupBy(p => p.Prompt, StringComparer.Ordinal).Select(g =>
        {
            List<string> responses = [.. g.SelectMany(p => (string[])[p.Chosen, p.Rejected]).Distinct(StringComparer.Ordinal)];
            return new ProfileGroup(
                new RowPrompt { Text = g.Key }, responses,
                [.. g.Select(p => (responses.IndexOf(p.Chosen), responses.IndexOf(p.Rejected)))]);
        }),
    ];

    /// <summary>Groups of a file's rows, which have no pairs.</summary>
    /// <exception cref="InputException">A row without a prompt in words or without several responses in words.</exception>
    public static IReadOnlyList<ProfileGroup> Read(string file) =>
    [
        .. RowInput.Read(file, line =>
        {
            Row row = RowParser.Parse(line, null);
            string[] responses = [.. row.Responses.Select(r => r.Text).OfType<string>().Distinct(StringComparer.Ordinal)];
            return row.Prompt.Ids is null && responses.Length > 1
                ? new ProfileGroup(row.Prompt, responses, [])
                : throw new InputException("expected a prompt and at least two responses in words, found none");
        }).Select(r => r.Row),
    ];

    /// <summary>The outcome of each pair: 1 where the chosen response has the higher reward, 0.5 for a tie.</summary>
    public static IReadOnlyList<double> Outcomes(IReadOnlyList<ProfileGroup> groups, IReadOnlyList<double[]> rewards) =>
    [
        .. groups.SelectMany((g, i) => g.Pairs.Select(p =>
            (1 + Math.Sign(rewards[i][p.Chosen].CompareTo(rewards[i][p.Rejected]))) / 2.0)),
    ];
}
