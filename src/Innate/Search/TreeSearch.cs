namespace Innate.Search;

/// <summary>How a search with an exact checker ended.</summary>
internal enum SearchEnd
{
    /// <summary>A leaf was right.</summary>
    Solved,

    /// <summary>Every leaf was checked, and none is right: there is no solution.</summary>
    Exhausted,

    /// <summary>The checks allowed were spent.</summary>
    OutOfChecks,
}

/// <summary>What a search found.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Checks">Leaves that were checked: what a search costs.</param>
/// <param name="Way">The states from the one after the root to the leaf that is right; empty where there is none.</param>
internal sealed record SearchFound<TState>(SearchEnd End, int Checks, IReadOnlyList<TState> Way);

/// <summary>
/// Monte-Carlo tree search with an exact checker in the place of a value (AlphaZero's loop; <see cref="Puct"/> goes down):
/// each pass goes from the root to a leaf, checks it, and hands the outcome, 1 or 0, to all moves of the way. Equal states are
/// one node, and what was searched through is not entered again: where all is, and nothing was right, there is no solution.
/// </summary>
/// <param name="next">The states after each move; none: a leaf. States know whether they are equal.</param>
/// <param name="isRight">Of a leaf.</param>
/// <param name="prior">Of a state and those after each move: their chances, which add up to 1; null: all alike.</param>
internal sealed class TreeSearch<TState>(
    Func<TState, IReadOnlyList<TState>> next, Func<TState, bool> isRight,
    Func<TState, IReadOnlyList<TState>, double[]>? prior = null)
    where TState : notnull
{
    private readonly Func<TState, IReadOnlyList<TState>> _next = next;
    private readonly Func<TState, bool> _isRight = isRight;
    private readonly Func<TState, IReadOnlyList<TState>, double[]>? _prior = prior;

    /// <summary>Searches.</summary>
    /// <param name="root">Where to begin.</param>
    /// <param name="mostChecks">The most leaves to check, 1 or more.</param>
    /// <param name="seed">Decides between moves of equal score.</param>
    public SearchFound<TState> Find(TState root, int mostChecks, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostChecks, 1);
        Tree tree = new(this, root, seed);
        int checks = 0;
        while (tree.Descend() is { } way)
        {
            if (checks == mostChecks) return new SearchFound<TState>(SearchEnd.OutOfChecks, checks, []);
            checks++;
            if (!tree.Check(way)) continue;
            return new SearchFound<TState>(SearchEnd.Solved, checks, [.. way.Select(w => w.Node.Children![w.Move].State)]);
        }

        return new SearchFound<TState>(SearchEnd.Exhausted, checks, []);
    }

    /// <summary>
    /// Searches for a number of passes, which go on after a right leaf was found and may come to it again: what a prior learns
    /// from (<see cref="SelfPlay"/>). Wrong leaves are entered once.
    /// </summary>
    /// <param name="root">Where to begin; not a leaf.</param>
    /// <param name="passes">1 or more.</param>
    /// <param name="seed">Decides between moves of equal score.</param>
    /// <returns>How often each of the root's moves was gone by, and the share of passes that ended right.</returns>
    public (int[] Visits, double Value) Look(TState root, int passes, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(passes, 1);
        Tree tree = new(this, root, seed);
        int made = 0, right = 0;
        for (; made < passes && tree.Descend() is { } way; made++) right += tree.Check(way, isKept: true) ? 1 : 0;
        return (tree.RootVisits(), (double)right / Math.Max(1, made));
    }

    // The nodes of one search: a state is one, whatever ways lead to it.
    private sealed class Tree
    {
        private readonly TreeSearch<TState> _search;
        private readonly Dictionary<TState, Node> _nodes = [];
        private readonly ulong _seed;
        private readonly Node _top;

        public Tree(TreeSearch<TState> search, TState root, ulong seed)
        {
            (_search, _seed) = (search, seed);
            _top = NodeOf(root);
        }

        // The way to a leaf that was not checked, move by move; null: all was searched through.
        public List<(Node Node, int Move)>? Descend()
        {
            while (!_top.IsClosed)
            {
                List<(Node Node, int Move)> way = [];
                Node node = _top;
                while (Children(node).Length > 0)
                {
                    int move = node.Choose();
                    if (move < 0)
                    {
                        node.IsClosed = true;
                        break;
                    }

                    way.Add((node, move));
                    node = node.Children![move];
                }

                if (!node.IsClosed) return way;
            }

            return null;
        }

        // Checks the leaf at a way's end, and hands the outcome to all moves of the way.
        public bool Check(List<(Node Node, int Move)> way, bool isKept = false)
        {
            Node leaf = way.Count == 0 ? _top : way[^1].Node.Children![way[^1].Move];
            bool isSolved = _search._isRight(leaf.State);
            leaf.IsClosed = !(isSolved && isKept);
            foreach ((Node from, int move) in way) from.Count(move, isSolved ? 1 : 0);
            return isSolved;
        }

        public int[] RootVisits() => Children(_top).Length == 0 ? [] : _top.Visits;

        private Node NodeOf(TState state) => _nodes.TryGetValue(state, out Node? known)
            ? known : _nodes[state] = new Node(state, RandomBits.Key(_seed, (ulong)_nodes.Count));

        private Node[] Children(Node node)
        {
            if (node.Children is { } known) return known;
            IReadOnlyList<TState> after = _search._next(node.State);
            double[] chances = _search._prior?.Invoke(node.State, after) ?? [.. after.Select(_ => 1.0 / after.Count)];
            return node.Open([.. after.Select(NodeOf)], chances);
        }
    }

    private sealed class Node(TState state, ulong key)
    {
        private int[] _visits = [];
        private double[] _earned = [], _prior = [];
        private int[] _order = [];

        public TState State { get; } = state;

        public bool IsClosed { get; set; }

        public int[] Visits => _visits;

        public Node[]? Children { get; private set; }

        public Node[] Open(Node[] children, double[] chances)
        {
            (Children, _prior) = (children, chances);
            (_visits, _earned) = (new int[children.Length], new double[children.Length]);
            _order = [.. Enumerable.Range(0, children.Length).OrderBy(i => RandomBits.Bits(key, (ulong)i))];
            return children;
        }

        // The open move of the highest score, of equal ones the first in this node's own order; -1: none is open.
        public int Choose()
        {
            double[] means = [.. _earned.Zip(_visits, (sum, n) => n == 0 ? 0 : sum / n)];
            double[] scores = Puct.Scores(_visits, means, _prior, Puct.Exploration(_visits.Sum()));
            int best = -1;
            foreach (int move in _order)
            {
                if (!Children![move].IsClosed && (best < 0 || scores[move] > scores[best])) best = move;
            }

            return best;
        }

        public void Count(int move, double outcome)
        {
            _visits[move]++;
            _earned[move] += outcome;
        }
    }
}
