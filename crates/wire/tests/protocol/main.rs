//! What goes over the wire, checked against AWS's published models, recorded answers and a parser of each format.

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod model;
#[cfg(test)]
mod patterns;
#[cfg(test)]
mod replies;
#[cfg(test)]
mod samples;
