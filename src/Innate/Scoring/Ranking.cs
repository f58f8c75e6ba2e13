using Innate.Rows;

namespace Innate.Scoring;

/// <summary>A response in its place.</summary>
/// <param name="Index">Its place among the responses as given, from 0.</param>
/// <param name="Response">Its text.</param>
/// <param name="Scored">Its reward and trace.</param>
/// <param name="Texts">Its tokens' texts.</param>
public sealed record RankedResponse(int Index, string Response, ScoredResponse Scored, string[] Texts)
{
    /// <summary>Best first; equals keep the order in which they were given.</summary>
    public static RankedResponse[] Order(IEnumerable<RankedResponse> responses) =>
        [.. responses.OrderByDescending(r => r.Scored.Reward.Value)];
}
