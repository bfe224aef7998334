"""The grammar of formulas, for lark's LALR parser; which names and clauses are legal is the checker's business."""

GRAMMAR = r"""
start: expr

?expr: conj
     | conj (OR conj)+                                -> any_of
?conj: neg
     | neg (AND neg)+                                 -> all_of
?neg: NOT neg                                         -> negation
    | cmp
?cmp: sum
    | sum CMP sum                                     -> comparison
    | sum [NOT] IN LPAR sum (COMMA sum)* RPAR         -> among
    | sum [NOT] IN PERIOD                             -> within
    | sum BEFORE sum                                  -> earlier
    | sum IS [NOT] EMPTY                              -> empty
?sum: product
    | sum PLUS product                                -> operation
    | sum MINUS product                               -> operation
?product: unary
    | product TIMES unary                             -> operation
    | product OVER unary                              -> operation
?unary: MINUS unary                                   -> minus
    | atom
?atom: NUMBER                                         -> number
    | PERCENT                                         -> percent
    | SPAN                                            -> length
    | STRING                                          -> text
    | KPI                                             -> kpi
    | path
    | LPAR expr RPAR                                  -> group
    | NAME LPAR expr (COMMA expr)* [WHERE expr] [date] [CREDIT NAME] RPAR -> call
path: name (DOT name)*
date: ON path                                         -> on
    | AS_OF NAME                                      -> as_of
name: NAME | QUOTED

%declare OR AND NOT CMP IN LPAR COMMA RPAR PERIOD BEFORE IS EMPTY PLUS MINUS TIMES OVER
%declare NUMBER PERCENT SPAN STRING KPI NAME WHERE CREDIT ON AS_OF DOT QUOTED
"""
