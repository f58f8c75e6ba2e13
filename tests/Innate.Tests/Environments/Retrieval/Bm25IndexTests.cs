using Innate.Environments.Retrieval;

namespace Innate.Tests.Environments.Retrieval;

/// <summary>BM25 against numbers worked out by hand.</summary>
public class Bm25IndexTests
{
    private static readonly string[] Texts = ["The cat sat.", "the cat and the dog", "A fish", "dog"];

    [Fact]
    public void Scores_are_those_of_the_formula_by_hand()
    {
        // Lengths 3, 5, 2, 1, mean 2.75; "cat" stands in two of four texts: idf = ln(1 + 2.5/2.5) = ln 2.
        IReadOnlyList<(int Text, double Score)> found = new Bm25Index(Texts).Find("cat", 9);
        Assert.Equal([0, 1], found.Select(f => f.Text));
        Assert.Equal(Math.Log(2) * 2.2 / (1 + (1.2 * (0.25 + (0.75 * 3 / 2.75)))), found[0].Score, 12);
        Assert.Equal(Math.Log(2) * 2.2 / (1 + (1.2 * (0.25 + (0.75 * 5 / 2.75)))), found[1].Score, 12);
        Assert.Equal(0.66829, found[0].Score, 5);

        // "the" twice in the second text, and the query's terms add up.
        double both = new Bm25Index(Texts).Find("the DOG!", 1)[0].Score;
        double the = Math.Log(2) * 2 * 2.2 / (2 + (1.2 * (0.25 + (0.75 * 5 / 2.75))));
        double dog = Math.Log(2) * 2.2 / (1 + (1.2 * (0.25 + (0.75 * 5 / 2.75))));
        Assert.Equal(the + dog, both, 12);
    }

    [Fact]
    public void Texts_alike_come_in_the_corpus_order_and_what_holds_no_word_is_not_found()
    {
        Bm25Index index = new(["b", "a", "c a", "a"]);
        Assert.Equal([1, 3, 2], index.Find("a", 5).Select(f => f.Text));
        Assert.Equal([1], index.Find("a", 1).Select(f => f.Text));
        Assert.Empty(index.Find("x", 5));
        Assert.Empty(index.Find("?", 5));
        Assert.Empty(new Bm25Index([]).Find("a", 5));
        Assert.Equal(["élan", "2", "x"], Bm25Index.Terms("Élan-2 X"));
    }
}
