using Innate.Models;

namespace Innate.Traces;

/// <summary>
/// What a trained reward model reads: a text up to its last token that is no padding, as transformers' classification heads do.
/// The end of a turn may be the padding token.
/// </summary>
internal static class ClassifiedText
{
    /// <summary>A query without padding at its responses' ends; a query a response where one holds nothing else.</summary>
    /// <param name="query">Prompt and responses.</param>
    /// <param name="padding">The padding's id.</param>
    public static TraceQuery[] WithoutPadding(TraceQuery query, int padding)
    {
        int[][] responses = [.. query.Responses.Select(r => r[..LengthWithout(r, padding)])];
        if (Array.TrueForAll(responses, r => r.Length > 0)) return [query with { Responses = responses }];
        return [.. query.Responses.Select(r =>
        {
            int[] all = [.. query.Prompt, .. r];
            int length = Math.Max(2, LengthWithout(all, padding));
            return new TraceQuery(all[..(length - 1)], [all[(length - 1)..length]]);
        })];
    }

    private static int LengthWithout(int[] ids, int padding)
    {
        int length = ids.Length;
        while (length > 0 && ids[length - 1] == padding) length--;
        return length;
    }
}
