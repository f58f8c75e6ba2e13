using Innate.Models;
using Innate.Text;

namespace Innate.Rows;

/// <summary>Tokens of published models that rows can name in the place of ranges.</summary>
internal static class NamedTokens
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> All { get; } = ["orpheus"];

    /// <summary>The ids that may come at each place of a frame, and how many tokens that is; null: no such name.</summary>
    /// <param name="name">The name.</param>
    public static (AllowedIds Allowed, int Group)? Find(string name) => name switch
    {
        "orpheus" => (
            new AllowedIds(
                [
                    .. Enumerable.Range(0, OrpheusFrames.FrameLength).Select(place =>
                    {
                        int first = OrpheusFrames.FirstId + OrpheusFrames.FirstNumber + (OrpheusFrames.Codes * place);
                        IdRange codes = new(first, first + OrpheusFrames.Codes);
                        return place == 0
                            ? (IReadOnlyList<IdRange>)[new(OrpheusFrames.StopId, OrpheusFrames.StopId + 1), codes]
                            : [codes];
                    }),
                ],
                repeats: true),
            OrpheusFrames.FrameLength),
        _ => null,
    };
}
